import type { Problem } from '@quickbite/scenarios/lint';
import { COURSE } from '../learn/index.js';
import type { Study } from './study.js';

const FILE = 'study/learn/course.ts';

/** Every concept is on the course once, and what it builds on comes before it. */
export function lintCourse({ concepts }: Study): readonly Problem[] {
  const order = COURSE.flatMap((part) => part.concepts);
  const twice = order.filter((id, n) => order.indexOf(id) !== n);
  return [
    ...twice.map((id) => ({ file: FILE, message: `has "${id}" twice` })),
    ...concepts.flatMap(({ id, file, prerequisites }) => {
      const at = order.indexOf(id);
      if (at < 0) return [{ file, message: `is not on the course: expected "${id}" in ${FILE}` }];
      return prerequisites
        .filter((before) => order.indexOf(before) > at)
        .map((before) => ({ file, message: `needs "${before}" first, which comes later in ${FILE}` }));
    }),
  ];
}
