/** Builds the pages: one document, a script a page, loaded when it is opened. Nothing in them is from another host. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: new URL('web', import.meta.url).pathname,
  base: '/console/',
  resolve: { conditions: ['@pitlane/source', 'module', 'browser', 'default'] },
  build: {
    outDir: new URL('dist-web', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy lets no inline data be run or shown as a font.
    assetsInlineLimit: 0,
    // Preloading is a line of script in the document otherwise; browsers that are current need none.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npx vite apps/console` beside a running `pitlane up`: pages as they are edited, data from the node.
  server: { host: '127.0.0.1', port: 7421, proxy: { '/v1': 'http://127.0.0.1:7420' } },
});
