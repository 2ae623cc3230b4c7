export type Pair = [number, number];

/** A GeoJSON Point. */
export const point = (coordinates: Pair) => ({ type: 'Point', coordinates });

/** A GeoJSON Polygon between two longitudes and two latitudes. */
export const square = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});
