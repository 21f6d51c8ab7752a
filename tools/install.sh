#!/bin/sh
# Installs the npm packages when they are missing or older than the lock file. Sourced by the launchers; sets $root and $node.
# Needs only Node.js and npm of any supported age: the Node.js that the sources run on comes as an npm package.
stamp="$root/node_modules/.tegata-installed"
if [ ! -f "$stamp" ] || ! cmp -s "$root/package-lock.json" "$stamp"; then
  command -v npm >/dev/null 2>&1 || { echo "tegata: npm was not found. Install Node.js (https://nodejs.org), which brings npm." >&2; exit 1; }
  echo "tegata: installing npm packages (once per change of package-lock.json) ..." >&2
  (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || {
    echo "tegata: npm ci failed. Its output above says why; check the network or the npm registry setting, then run this again." >&2
    exit 1
  }
  cp "$root/package-lock.json" "$stamp"
fi
# The npm package's Node.js wins; where it has no build for this platform, the system's must be new enough.
node="$root/node_modules/.bin/node"
[ -x "$node" ] || node=$(command -v node)
"$node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 24 || (a === 24 && b >= 11) ? 0 : 1)' || {
  echo "tegata: needs Node.js 24.11 or newer; \"$node\" is $("$node" --version), and npm has no Node.js package for this platform. Install Node.js 24." >&2
  exit 1
}
