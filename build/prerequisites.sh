# What the scripts need from the machine. Each need_... installs what is missing where it may (Debian or Ubuntu, as root or by
# sudo without a password), and otherwise says exactly what to do. Sourced, not run.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

stop() {
  echo "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && as_root true 2>/dev/null
}

apt_install() {
  echo "Installing $*..."
  as_root apt-get -qq -o Acquire::Retries=3 update </dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
      --no-install-recommends install "$@" </dev/null >/dev/null
}

need_dotnet() {
  dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
    stop "The .NET SDK 10 is needed: https://dotnet.microsoft.com/download (or run the service with: docker compose up)."
}

# Where the service itself looks for the server's programs; 15 is the oldest version it takes.
has_postgres() {
  for folder in ${PG_BIN:-/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin $(command -v postgres | sed 's,/postgres$,,')}; do
    major=$("$folder/postgres" --version 2>/dev/null | sed -n 's/^postgres (PostgreSQL) \([0-9]*\).*/\1/p')
    if [ "${major:-0}" -ge 15 ]; then return 0; fi
  done
  return 1
}

need_postgres() {
  if has_postgres; then return; fi
  if may_install; then
    apt_install postgresql-common || stop "The package postgresql-common could not be installed."
    # For this one installation the package is told to make no cluster of its own: the service has a private one.
    settings=/etc/postgresql-common/createcluster.conf
    as_root cp -p $settings $settings.before
    as_root sed -i '/^ *create_main_cluster/d;$a create_main_cluster = false' $settings
    apt_install postgresql || true
    as_root mv $settings.before $settings
  fi
  has_postgres || stop "PostgreSQL 15 or newer is needed, its server programs only: install the package postgresql of your distribution,
name the folder of its programs in PG_BIN, or run the service with: docker compose up."
}

need_curl() {
  command -v curl >/dev/null || { may_install && apt_install curl ca-certificates; } || stop "curl is needed."
}

find_browser() {
  CHROMIUM_PATH=${CHROMIUM_PATH:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
  export CHROMIUM_PATH
  [ -x "$CHROMIUM_PATH" ]
}

has_fonts() {
  [ -n "$(find /usr/share/fonts -name 'NotoSans-Regular.*' -print -quit 2>/dev/null)" ] &&
    [ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' -print -quit 2>/dev/null)" ]
}

need_browser() {
  if find_browser && has_fonts; then return; fi
  if may_install; then apt_install chromium fonts-noto-core fonts-noto-cjk || true; fi
  { find_browser && has_fonts; } ||
    stop "The browser tests need Chromium and the Noto fonts: install the packages chromium, fonts-noto-core and fonts-noto-cjk,
and name the browser in CHROMIUM_PATH when it is not on the PATH."
}
