export type Finality =
  | { state: 'pending' }
  | { state: 'unknown' }
  | { state: 'young'; confirmations: number; wanted: number }
  | { state: 'final'; confirmations: number; wanted: number }
  | { state: 'deep'; confirmations: number }

/** How far a block is from being taken back.
 *
 * `depth` is how many blocks must lie above it before edge servers take it for good; null where the
 * deployment does not say. The block itself is its first confirmation.
 */
export function finalityOf(
  block: bigint | null,
  head: bigint | null,
  depth: number | null,
): Finality {
  if (block === null) return { state: 'pending' }
  if (head === null) return { state: 'unknown' }
  const confirmations = Math.max(1, Number(head - block) + 1)
  if (depth === null) return { state: 'deep', confirmations }
  const wanted = depth + 1
  return { state: confirmations >= wanted ? 'final' : 'young', confirmations, wanted }
}
