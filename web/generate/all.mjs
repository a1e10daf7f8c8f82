// Writes src/generated: ABIs and errors of the compiled contracts, types of the service's OpenAPI, the lab's words.
// With --check nothing is written: exit 1 and the names of what is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { abis } from './abis.mjs'
import { apiTypes } from './api.mjs'
import { labTypes } from './lab.mjs'

const FOLDER = fileURLToPath(new URL('../src/generated', import.meta.url))
const NOTE = '// Written by web/generate; `npm run generate` writes it again.\n'

const wanted = new Map()
for (const [name, text] of Object.entries({ ...abis(), ...(await apiTypes()), ...labTypes() })) {
  wanted.set(join(FOLDER, name), NOTE + text)
}
const present = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  : []
const extra = present.filter((file) => !wanted.has(file))
const stale = [...wanted].filter(
  ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
)

if (process.argv.includes('--check')) {
  const names = [...extra, ...stale.map(([file]) => file)].map((file) => relative(FOLDER, file))
  if (names.length > 0) {
    console.error(`stale, run \`make page\`: ${names.join(', ')}`)
    process.exit(1)
  }
} else {
  for (const file of extra) rmSync(file)
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
