// What Node 22.18 can do by itself: it imports TypeScript, and says so.
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url, { data: new URL(import.meta.url).searchParams.get('library') });
Object.defineProperty(process.features, 'typescript', { value: 'transform' });
process.setSourceMapsEnabled(true);
