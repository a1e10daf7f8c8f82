// The SMTChecker over npm's compiler: node smt.js CONTRACT FILE prints one JSON line {proved: [...], open: [...]}.
// npm's compiler has no solver inside; z3 comes from the PATH.
"use strict";
const fs = require("fs");
const { execFileSync } = require("child_process");
const { createRequire } = require("module");
const path = require("path");

const root = path.resolve(__dirname, "..", "..");
const solc = createRequire(path.join(root, "package.json"))("solc");
const [contract, file, seconds] = process.argv.slice(2);
const settings = JSON.parse(fs.readFileSync(path.join(root, "packaging", "solc.json"), "utf8")).settings;

const read = (name) => {
  const [first] = settings.remappings.map((r) => r.split("=")).filter(([from]) => name.startsWith(from));
  const place = path.join(root, first ? first[1] + name.slice(first[0].length) : name);
  return fs.existsSync(place) ? { contents: fs.readFileSync(place, "utf8") } : { error: `no ${name}` };
};

const solve = (query) => {
  const options = ["-smt2", "-in", `-T:${seconds}`, "rewriter.pull_cheap_ite=true", "fp.spacer.q3.use_qgen=true",
    "fp.spacer.mbqi=false", "fp.spacer.ground_pobs=false"];
  try {
    return { contents: execFileSync("z3", options, { input: query, encoding: "utf8", maxBuffer: 1 << 28 }) };
  } catch (trouble) {
    if (trouble.code === "ENOENT") {
      console.error("z3 is not on the PATH: `make prove` installs it");
      process.exit(1);
    }
    return { contents: String(trouble.stdout || "unknown\n") };
  }
};

const input = {
  language: "Solidity",
  sources: { [file]: { content: read(file).contents } },
  settings: {
    remappings: settings.remappings,
    modelChecker: {
      contracts: { [file]: [contract] }, engine: "chc", extCalls: "untrusted",
      showProvedSafe: true, showUnproved: true, solvers: ["smtlib2"], targets: ["assert", "divByZero"],
    },
    outputSelection: { "*": { "": ["ast"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read, smtSolver: solve }));
const place = (e) => (/--> (\S+?):?\s/.exec(e.formattedMessage || "") || [])[1] || "";
const say = { proved: [], open: [], errors: [] };
for (const e of output.errors || []) {
  if (e.severity === "error") say.errors.push(e.message);
  else if (/proved safe|is safe/.test(e.message)) say.proved.push(`${place(e)} ${e.message}`);
  else if (/^(CHC|BMC): /.test(e.message)) say.open.push(`${place(e)} ${e.message.split("\n")[0]}`);
}
process.stdout.write(JSON.stringify(say) + "\n");
