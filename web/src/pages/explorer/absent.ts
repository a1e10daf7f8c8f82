/** Turns one kind of error into null: what a node does not know is an answer, not a failure. */
export function absent(kind: new (...given: never[]) => Error): (error: unknown) => null {
  return (error) => {
    if (error instanceof kind) return null
    throw error
  }
}
