// What the lab's games say in English, as types: a translation that lacks some does not compile.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export function labTypes() {
  const python = process.env['WATTMARKET_PYTHON'] ?? `${ROOT}/.venv/bin/python`
  const told = execFileSync(python, ['-m', 'oracle.service.lab.words'], { cwd: ROOT })
  const types = Object.entries(JSON.parse(told)).map(
    ([kind, words]) =>
      `export type Lab${kind} =\n${words.map((one) => `  | ${JSON.stringify(one)}`).join('\n')}\n`,
  )
  return { 'lab.ts': types.join('\n') }
}
