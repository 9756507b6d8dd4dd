#!/bin/sh
# Starts the published service as anybody would, on an empty data folder, and asks it the first questions.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
log="$folder/log"
service=
total=0 failed=0

check() {
  name=$1
  shift
  total=$((total + 1))
  if "$@"; then echo "ok      $name"; else failed=$((failed + 1)); echo "FAILED  $name"; fi
}

# An address with port 0 lets the system choose a free one; the log says which.
start() {
  "$root/run.sh" --urls http://127.0.0.1:0 --data "$folder/data" --no-demo >"$log" 2>&1 &
  service=$!
  address=
  while [ -z "$address" ] && kill -0 $service 2>/dev/null; do
    sleep 0.1
    address=$(sed -n 's/.*Now listening on: \(http[^ ]*\).*/\1/p' "$log")
  done
  [ -n "$address" ]
}

stop() {
  kill "$@" $service
  wait $service
}

answers() { curl --fail --silent --show-error --max-time 30 "$address$1" >"$folder/answer"; }
says() { answers "$1" && grep -q "$2" "$folder/answer"; }
second_start_is_refused() {
  "$root/run.sh" --data "$folder/data" >/dev/null 2>"$folder/refusal"
  [ $? -eq 2 ] && grep -q 'in use by another running service' "$folder/refusal" && ! grep -q '   at ' "$folder/refusal"
}
killed_service_starts_again() {
  stop -9
  start && says /health/ready '"Healthy"'
}
stops_cleanly() {
  server=$(head -1 "$folder/data/postgres/cluster/postmaster.pid")
  stop -TERM && ! kill -0 "$server" 2>/dev/null
}

trap 'kill -9 $service 2>/dev/null; sleep 1; rm -rf "$folder"' EXIT
check "starts on an empty data folder" start
check "lives" says /health/live '"Healthy"'
check "is ready, with its database" says /health/ready '"database":"Healthy"'
check "says which build it is" says /version '"version":"[0-9]'
check "a second start on the same data folder is refused in words" second_start_is_refused
check "starts again after it was killed" killed_service_starts_again
check "stops when asked, and its database with it" stops_cleanly
[ $failed -eq 0 ] || cat "$log"
echo "Total: $total, Errors: 0, Failed: $failed, Skipped: 0, Not Run: 0"
[ $failed -eq 0 ]
