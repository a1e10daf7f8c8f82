// From the service's OpenAPI document: the types of its requests and answers.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export async function apiTypes() {
  const python = process.env['WATTMARKET_PYTHON'] ?? `${ROOT}/.venv/bin/python`
  const text = execFileSync(python, ['-m', 'oracle.service.openapi'], {
    cwd: ROOT,
    maxBuffer: 1 << 26,
  })
  return { 'api.ts': astToString(await openapiTS(JSON.parse(text), { defaultNonNullable: true })) }
}
