import { useSyncExternalStore } from 'react'

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

const KEY = 'wattmarket.language'
const listeners = new Set<() => void>()
let current = first()

function first(): Language {
  const kept = window.localStorage.getItem(KEY)
  const wanted = kept ?? window.navigator.language.slice(0, 2)
  return wanted in LANGUAGES ? (wanted as Language) : 'en'
}

export function language(): Language {
  return current
}

/** Changes the language of the page, and keeps it for the next visit. */
export function setLanguage(wanted: Language): void {
  current = wanted
  window.localStorage.setItem(KEY, wanted)
  document.documentElement.lang = wanted
  for (const listener of listeners) listener()
}

export function useLanguage(): Language {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, language)
}
