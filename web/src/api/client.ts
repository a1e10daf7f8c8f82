import createClient from 'openapi-fetch'
import type { components, paths } from '../generated/api'

export type Schemas = components['schemas']

/** The service that this page came from. */
export const api = createClient<paths>({ baseUrl: window.location.origin })

/** What the service refused, or could not do: `status` 0 where it did not answer at all. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message)
    this.name = 'ServiceError'
  }
}

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** The data of an answer. Throws ServiceError. */
export async function answered<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await asked
  } catch {
    throw new ServiceError(0, 'the service does not answer')
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data
  const problem = answer.error
  const text =
    typeof problem === 'object' && problem !== null && 'error' in problem
      ? String(problem.error)
      : ''
  const field =
    typeof problem === 'object' && problem !== null && 'field' in problem && problem.field
      ? String(problem.field)
      : null
  throw new ServiceError(answer.response.status, text || `status ${answer.response.status}`, field)
}
