#!/bin/sh
# Publishes the service and the command trace into a folder: build, write the handlers' code (which needs no database), build that in, compile ahead of time.
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

# One file that needs the .NET runtime and nothing else beside it.
dotnet publish "$root/src/Trace" -c Release -r $runtime --no-self-contained --artifacts-path "$work" -p:RestoreLockedMode=true -p:PublishSingleFile=true -p:EnableSingleFileAnalyzer=false \
  -v quiet -clp:ErrorsOnly --nologo -o "$work/trace"
cp "$work/trace/trace" "$output.new/trace"
rm -rf "$output"
mv "$output.new" "$output"
