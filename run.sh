#!/bin/sh
# Builds the service if its sources have changed, and starts it: ./run.sh [--urls ADDRESSES] [--data FOLDER] [--no-demo]
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/build/prerequisites.sh"
need_dotnet
[ -n "${ConnectionStrings__Ledger:-}" ] || need_postgres

published="$root/artifacts/publish"
stamp="$root/artifacts/published"
changed() {
  [ ! -e "$stamp" ] ||
    [ -n "$(cd "$root" && find src docs/samples build Directory.* global.json BannedSymbols.txt \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print -quit)" ]
}
if changed; then
  echo "Building the service; the first time takes a few minutes."
  mkdir -p "$root/artifacts"
  # The time of the stamp is that of the beginning: what is edited during the build counts as changed.
  touch "$stamp.new"
  "$root/build/publish.sh" "$published"
  mv "$stamp.new" "$stamp"
fi

# The sample story and its people are for trying out; whoever relies on the ledger starts it with ASPNETCORE_ENVIRONMENT=Production.
export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
export ASPNETCORE_CONTENTROOT="$published"
exec dotnet "$published/Traceability.dll" --data "$root/data" "$@"
