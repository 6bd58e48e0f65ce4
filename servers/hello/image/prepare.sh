#!/usr/bin/env bash
# Makes root/, which is all that is in the image: hello with its own runtime, and the system's libraries that these load.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

case $(uname -m) in
    aarch64 | arm64) rid=linux-arm64 ;;
    *) rid=linux-x64 ;;
esac
rm -rf root
dotnet publish ../hello.cs -c Release -r "$rid" --self-contained -o root/app -v quiet --nologo --disable-build-servers \
    -p:PublishTrimmed=true -p:EnableRequestDelegateGenerator=true -p:UseAppHost=true -p:DebugType=none

# Nobody debugs or traces in there.
rm -f root/app/createdump root/app/libmscor* root/app/libclrgc*.so root/app/libcoreclrtraceptprovider.so
for file in root/app/hello root/app/*.so; do
    ldd "$file"
done | grep -o '/[^ ]*' | grep -v '/root/app/' | sort -u | while read -r library; do
    mkdir -p "root${library%/*}"
    cp -L "$library" "root$library"
done
mkdir -m 1777 root/tmp
