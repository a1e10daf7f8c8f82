import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'wattmarket.theme'
const listeners = new Set<() => void>()

export function theme(): Theme {
  const kept = window.localStorage.getItem(KEY)
  return THEMES.find((one) => one === kept) ?? 'system'
}

/** Light, dark or as the system has it; kept for the next visit. */
export function setTheme(wanted: Theme): void {
  window.localStorage.setItem(KEY, wanted)
  applyTheme()
  for (const listener of listeners) listener()
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme()
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, theme)
}

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

/** Whether colours are the dark ones now, by choice or by the system. */
export function useDark(): boolean {
  const wanted = useTheme()
  const system = useSyncExternalStore(
    (listener) => {
      systemDark.addEventListener('change', listener)
      return () => systemDark.removeEventListener('change', listener)
    },
    () => systemDark.matches,
  )
  return wanted === 'system' ? system : wanted === 'dark'
}
