// A look-alike of the native compiler over npm `solc`, for those who expect a program: py-solc-x, brownie, forge.
// It knows what they ask: --version, --standard-json (from stdin), --allow-paths, --base-path, --include-path.
"use strict";
const fs = require("fs");
const path = require("path");

const refuse = (line) => {
  process.stderr.write(line + "\n");
  process.exit(1);
};

const allowed = [];
const roots = [];
let standardJson = false;
for (let i = 2; i < process.argv.length; i++) {
  const argument = process.argv[i];
  const value = () => process.argv[++i] || "";
  if (argument === "--version") {
    process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${require("solc").version()}\n`);
    process.exit(0);
  } else if (argument === "--standard-json") standardJson = true;
  else if (argument === "--allow-paths") allowed.push(...value().split(",").filter(Boolean));
  else if (argument === "--base-path" || argument === "--include-path") roots.push(value());
  else if (argument !== "-") refuse(`unrecognised option '${argument}'`);
}
if (!standardJson) refuse("only --standard-json is supported");
if (roots.length === 0) roots.push(".");

const inside = (file) =>
  [...allowed, ...roots].some((folder) => file.startsWith(path.resolve(folder) + path.sep));

const findImport = (name) => {
  for (const root of roots) {
    const file = path.resolve(root, name);
    if (!fs.existsSync(file)) continue;
    if (!inside(file)) return { error: `File outside of allowed directories: ${name}` };
    return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: `File not found: ${name}` };
};

const input = fs.readFileSync(0, "utf8");
process.stdout.write(require("solc").compile(input, { import: findImport }));
