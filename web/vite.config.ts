import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const service = process.env['WATTMARKET_SERVICE'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../oracle/service/page',
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy allows images as data, and nothing else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': { target: service }, '/rpc': { target: service } },
  },
})
