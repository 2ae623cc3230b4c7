/** Up to `count` elements, none twice, in random order. */
export function pickDistinct<T>(elements: readonly T[], count: number): T[] {
  const left = [...elements];
  const picked: T[] = [];
  while (picked.length < count && left.length > 0) {
    picked.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  }
  return picked;
}

/** Exactly `count` elements, repeats allowed; none when there is nothing to pick from. */
export function pickWithRepeats<T>(elements: readonly T[], count: number): T[] {
  if (elements.length === 0) return [];
  return Array.from({ length: count }, () => elements[Math.floor(Math.random() * elements.length)] as T);
}
