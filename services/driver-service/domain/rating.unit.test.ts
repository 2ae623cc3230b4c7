import { describe, expect, it } from 'vitest';
import { averageRating } from './rating.js';

describe('the rating of a driver', () => {
  it.each([
    ['what they started with, without ratings', 4.7, [], 4.7],
    ['hardly less after one bad evening', 5, [1], 4.64],
    ['half way after ten', 5, Array<number>(10).fill(1), 3],
    ['what customers gave, after many', 5, Array<number>(990).fill(4), 4.01],
  ])('is %s', (_what, start, given, expected) => {
    const sum = given.reduce((total, stars) => total + stars, 0);
    expect(averageRating(start, { sum, count: given.length })).toBe(expected);
  });
});
