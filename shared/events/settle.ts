/** Acknowledging on a channel that died meanwhile throws; the broker delivers the message again by itself. */
export function settle(acknowledge: () => void): void {
  try {
    acknowledge();
  } catch {
    // The channel is closed: the message was never acknowledged and will come back.
  }
}
