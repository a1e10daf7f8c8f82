import { execFileSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

const HERE = import.meta.dirname
const PACKED = join(HERE, 'node_modules/@sparticuz/chromium/bin')
const UNPACKED = join(HERE, 'node_modules/.cache/chromium')
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts</dir><dir>${UNPACKED}/fonts</dir><cachedir>${UNPACKED}/font-cache</cachedir>
</fontconfig>
`
const INSTALLED = ['chromium', 'google-chrome', 'google-chrome-stable']

/** How Playwright starts a browser. */
export interface Browser {
  executablePath: string
  env: Record<string, string>
}

/** The browser of the tests: `CHROMIUM`, else one that is installed, else the one from npm.
 *
 * `CHROMIUM=npm` takes the one from npm although another is installed. Unpacking it takes three
 * seconds, once. Throws where `CHROMIUM` names no program.
 */
export function findBrowser(): Browser {
  const named = process.env['CHROMIUM']
  if (named === 'npm') return unpacked()
  if (named) {
    if (!executable(named)) throw new Error(`CHROMIUM=${named}: no program there`)
    return { executablePath: named, env: environment() }
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    // What snap puts there needs its daemon.
    if (folder.startsWith('/snap/')) continue
    for (const name of INSTALLED) {
      const path = join(folder, name)
      if (executable(path)) return { executablePath: path, env: environment() }
    }
  }
  return unpacked()
}

function environment(): Record<string, string> {
  const defined = Object.entries(process.env).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined) as Record<string, string>
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser from npm, unpacked beside its package; with libraries and fonts where none are. */
function unpacked(): Browser {
  const executablePath = join(UNPACKED, 'chromium')
  if (!existsSync(UNPACKED)) {
    // Whole or not at all: what was interrupted is begun anew.
    const part = `${UNPACKED}.${process.pid}`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part, { recursive: true })
    writeFileSync(join(part, 'chromium'), unbrotli('chromium.br'), { mode: 0o755 })
    for (const archive of ['swiftshader', 'al2023', 'fonts'])
      execFileSync('tar', ['-x', '--no-same-owner', '--no-same-permissions', '-C', part], {
        input: unbrotli(`${archive}.tar.br`),
      })
    writeFileSync(join(part, 'fonts.conf'), FONTS)
    renameSync(part, UNPACKED)
  }
  const env = environment()
  const lacking = execFileSync('ldd', [executablePath], { encoding: 'utf8' }).includes('not found')
  if (lacking) env['LD_LIBRARY_PATH'] = join(UNPACKED, 'lib')
  env['FONTCONFIG_FILE'] = join(UNPACKED, 'fonts.conf')
  return { executablePath, env }
}

function unbrotli(name: string): Buffer {
  return brotliDecompressSync(readFileSync(join(PACKED, name)))
}
