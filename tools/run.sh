#!/bin/sh
# Runs a TypeScript source of this repository, or with -x a tool from node_modules/.bin, on the right Node.js:
#   sh tools/run.sh FILE.ts [ARG ...]        sh tools/run.sh -x TOOL [ARG ...]
set -e
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/tools/install.sh"
PATH="$root/node_modules/.bin:$PATH"
export PATH
if [ "$1" = "-x" ]; then
  shift
  tool=$1
  shift
  cd "$root" && exec "$root/node_modules/.bin/$tool" "$@"
fi
file=$1
shift
cd "$root" && exec "$node" "$root/$file" "$@"
