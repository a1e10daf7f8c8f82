import { useState } from 'react'
import { type Json, same } from './json'

interface Typing {
  value: Json | undefined
  /** The text that reads back as a value. */
  write: (value: Json | undefined) => string
  /** What a text says; undefined where it is left out. */
  read: (text: string) => Json | undefined
  change: (value: Json | undefined) => void
}

/** What the reader types of a value, as typed; it follows when the value changes from elsewhere. */
export function useTyped({ value, write, read, change }: Typing) {
  const [text, setText] = useState(() => write(value))
  const [seen, setSeen] = useState(value)
  if (!same(seen, value)) {
    setSeen(value)
    if (!same(read(text), value)) setText(write(value))
  }
  return {
    text,
    type: (typed: string) => {
      setText(typed)
      change(read(typed))
    },
  }
}
