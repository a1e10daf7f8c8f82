import type { Json, Path } from './json'

/** What every control of a form needs: how to change a place, and what is wrong there. */
export interface Form {
  change: (path: Path, value: Json | undefined) => void
  /** `exact`: at the place itself, not within it. */
  problemAt: (path: Path, exact?: boolean) => string | null
  /** What ids of its controls begin with. */
  id: string
}

export interface ControlProps<Of> {
  form: Form
  path: Path
  shape: Of
  value: Json | undefined
  required: boolean
  /** What holds where it is left out. */
  preset: Json | undefined
  name: string
  /** Ids of the hint and the problem. */
  describedBy: string
}
