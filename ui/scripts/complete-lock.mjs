// Adds to package-lock.json the platform packages that the registry at hand does not offer, so that
// `npm ci` takes the lock; on those platforms they are fetched by exact version, without a hash.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.argv[2];
const lock = JSON.parse(readFileSync(file, "utf8"));
const os = (n) =>
  /win32/.test(n) ? "win32" : /darwin/.test(n) ? "darwin" : /android/.test(n) ? "android" : "linux";
const cpu = (n) =>
  /arm64/.test(n)
    ? "arm64"
    : /-arm-/.test(n)
      ? "arm"
      : /riscv64/.test(n)
        ? "riscv64"
        : /ia32/.test(n)
          ? "ia32"
          : "x64";
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] || lock.packages[`${at}/${path}`]) continue;
    if (!/^\d/.test(version)) throw new Error(`${name}: ${version}`);
    const made = {
      version,
      cpu: [cpu(name)],
      dev: true,
      license: entry.license,
      optional: true,
      os: [os(name)],
    };
    if (/musl/.test(name)) made.libc = ["musl"];
    if (/linux.*gnu/.test(name)) made.libc = ["glibc"];
    lock.packages[path] = made;
    added += 1;
    console.log(path, version, made.os, made.cpu);
  }
}
const [root, ...rest] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added);
