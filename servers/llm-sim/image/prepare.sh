#!/usr/bin/env bash
# Makes out/, which is all that is in the image: llm-sim with its own runtime, and the system's libraries that these load.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

case $(uname -m) in
    aarch64 | arm64) rid=linux-arm64 ;;
    *) rid=linux-x64 ;;
esac
rm -rf out
dotnet publish ../llm-sim.csproj -c Release -r "$rid" --self-contained -o out/app -v quiet --nologo --disable-build-servers \
    -p:DebugType=none

# Nobody debugs or traces in there.
rm -f out/app/createdump out/app/libmscor* out/app/libclrgc*.so out/app/libcoreclrtraceptprovider.so
for file in out/app/llm-sim out/app/*.so; do
    ldd "$file"
done | grep -o '/[^ ]*' | grep -v '/out/app/' | sort -u | while read -r library; do
    mkdir -p "out${library%/*}"
    cp -L "$library" "out$library"
done
mkdir -m 1777 out/tmp
