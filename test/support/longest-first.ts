import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, the longest first. What isn't among them takes a few seconds at most. */
const LONG = [
  'model/model', 'model/more', 'faults/lifetime', 'package/package', 'faults/shared-hosts', 'conformance/to-process', 'conformance/to-thread',
  'faults/hostile', 'errors', 'model/hosts-and-dynamic', 'faults/host-ends', 'actors/queue-faults', 'actors/pool-hosts', 'docs/programs',
  'examples/seeds/programs', 'docs/from-multiprocessing', 'examples/search/chaos', 'runtime/decoder', 'actors/listen', 'actors/pipe', 'runtime/codec', 'actors/pool-losses',
];

/**
 * Long files first, so that no worker is left alone with one at the end; those that share a process after those that have one each, so that
 * the process is started once.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return (place < 0 ? LONG.length : place) + (project.config.isolate ? 0 : 2 * LONG.length);
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}
