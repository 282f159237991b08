// expect: Property 'push' does not exist on type 'readonly string[]'.
import { state } from '../../../index.ts';

const posts = await state.dict<{ tags: string[] }>();
(await posts.snapshot())['a']?.tags.push('new');
