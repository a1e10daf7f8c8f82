/** Whether the server of an index is among a posting's signers. */
export function isSigner(mask: bigint, index: number): boolean {
  return ((mask >> BigInt(index)) & 1n) === 1n
}

/** Which of two terms hold in a period, and which are announced; `fromPeriod` starts the next. */
export function inForce<Term>(
  now: Term,
  next: Term,
  fromPeriod: number,
  period: number | null,
): { now: Term; next: { term: Term; fromPeriod: number } | null } {
  if (period === null || period < fromPeriod) return { now, next: { term: next, fromPeriod } }
  return { now: next, next: null }
}
