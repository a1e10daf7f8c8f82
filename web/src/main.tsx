import './style/base.css'
import './style/parts.css'
import './style/layout.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ServiceError } from './api/client'
import { App } from './App'
import { language } from './i18n/language'
import { applyTheme } from './theme'

applyTheme()
document.documentElement.lang = language()

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The service may be on this very computer: whether there is an internet says nothing.
      networkMode: 'always',
      // What the service refused it will refuse again.
      retry: (count, error) => !(error instanceof ServiceError && error.status >= 400) && count < 2,
      staleTime: 2000,
    },
    mutations: { networkMode: 'always' },
  },
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
