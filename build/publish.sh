#!/bin/sh
# Publishes the service into a folder: build, write the handlers' code (which needs no database), build that in, compile ahead of time.
# usage: build/publish.sh FOLDER [further options of dotnet build]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
output=$1
shift
work="$root/artifacts/build"
generated="$root/artifacts/generated"
case $(uname -m) in
  aarch64 | arm64) runtime=linux-arm64 ;;
  *) runtime=linux-x64 ;;
esac
# An artifacts path of its own, because the packages of a publish differ from those of a developer's build.
set -- "$root/src/Traceability" -c Release -r $runtime --no-self-contained --artifacts-path "$work" \
  -p:RestoreLockedMode=true -v quiet -clp:ErrorsOnly --nologo "$@"

dotnet build "$@"
rm -rf "$generated"
mkdir -p "$generated"
(cd "$generated" && dotnet "$work/bin/Traceability/release_$runtime/Traceability.dll" codegen write >codegen.log) ||
  { cat "$generated/codegen.log" >&2; exit 1; }
rm -rf "$output.new"
dotnet publish "$@" -p:PublishReadyToRun=true -p:GeneratedCode="$generated" -o "$output.new"
rm -rf "$output"
mv "$output.new" "$output"
