/** RabbitMQ's name of the wire type that amqplib chooses for a value. */
export function wireType(value: unknown): string {
  if (typeof value === 'string') return 'longstr';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number') return value === null ? 'void' : Array.isArray(value) ? 'array' : 'table';
  if (!Number.isInteger(value)) return 'double';
  if (value >= -128 && value < 128) return 'byte';
  if (value >= -32_768 && value < 32_768) return 'short';
  return value >= -2_147_483_648 && value < 2_147_483_648 ? 'signedint' : 'long';
}
