#!/bin/sh
# Checks everything: style, build with warnings as errors, all tests, and the published service.
# ./test.sh --long runs the properties, fuzzing and faults in their full number.
set -u
root=$(cd "$(dirname "$0")" && pwd)
cd "$root" || exit 1
. build/prerequisites.sh
case "$*" in
  "") ;;
  --long) export TRACEABILITY_LONG=1 ;;
  *) stop "usage: ./test.sh [--long]" ;;
esac
need_dotnet
need_postgres
need_browser
need_curl
export MSBUILDDISABLENODEREUSE=1

passed=0 failed=0 skipped=0
results="$root/tests/results"
rm -rf "$results"
mkdir -p "$results"

finish() {
  if [ $skipped -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  [ $failed -eq 0 ] && [ $passed -gt 0 ]
  exit
}

# A step that either holds or fails as a whole.
step() {
  printf '\n== %s\n' "$*"
  "$@" </dev/null || { echo "FAILED: $*"; failed=$((failed + 1)); return 1; }
}

# Runs one of the test programs, which end with a line of counts. One that ends without it or badly counts as a failure.
suite() {
  name=$1
  shift
  printf '\n== %s\n' "$name"
  { timeout --kill-after=30 20m "$@" </dev/null 2>&1; echo "Exit: $?"; } | tee "$results/$name.log"
  set -- $(sed -n 's/.*Total: \([0-9]*\), Errors: \([0-9]*\), Failed: \([0-9]*\), Skipped: \([0-9]*\), Not Run: \([0-9]*\).*/\1 \2 \3 \4 \5/p' "$results/$name.log" | tail -1)
  total=${1:-0} bad=$((${2:-0} + ${3:-0}))
  if [ $bad -eq 0 ] && ! { [ $# -eq 5 ] && tail -1 "$results/$name.log" | grep -qx 'Exit: 0'; }; then
    echo "FAILED: $name ended badly"
    bad=1 total=$((total + 1))
  fi
  passed=$((passed + total - bad - ${4:-0} - ${5:-0})) failed=$((failed + bad)) skipped=$((skipped + ${4:-0}))
}

step dotnet restore Traceability.sln --locked-mode -v quiet || finish
step dotnet format Traceability.sln --no-restore --verify-no-changes
step dotnet build Traceability.sln -c Release --no-restore -v quiet --nologo || finish
for project in Traceability.Tests Traceability.Service.Tests Traceability.Browser.Tests; do
  suite $project dotnet tests/$project/bin/Release/net10.0/$project.dll -noColor -noLogo
done
suite smoke tests/smoke.sh
finish
