import type { EngineDef, NativeServer } from './definition.js';

/** A node of its own beside one that the machine may already run: own name, ports, data, cookie (HOME) and epmd. */
const nodeOfItsOwn = {
  RABBITMQ_NODENAME: 'quickbite-{self.port}@localhost',
  RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
  RABBITMQ_NODE_PORT: '{self.port}',
  RABBITMQ_DIST_PORT: '{free-port.dist}',
  RABBITMQ_MNESIA_BASE: '{self.dataDir}/mnesia',
  RABBITMQ_LOG_BASE: '{self.dataDir}/log',
  RABBITMQ_LOGS: '-',
  RABBITMQ_PID_FILE: '{self.dataDir}/pid',
  RABBITMQ_CONFIG_FILE: '{self.dataDir}/rabbitmq',
  RABBITMQ_CONF_ENV_FILE: '{self.dataDir}/rabbitmq-env.conf',
  RABBITMQ_ENABLED_PLUGINS_FILE: '{self.dataDir}/enabled_plugins',
  ERL_EPMD_PORT: '{free-port.epmd}',
  ERL_EPMD_ADDRESS: '127.0.0.1',
  HOME: '{self.dataDir}',
};

const servers: readonly NativeServer[] = [
  // Debian's wrapper on PATH insists on root or the rabbitmq user; the script behind it does not.
  { binary: '/usr/lib/rabbitmq/bin/rabbitmq-server', args: [], env: nodeOfItsOwn },
  { binary: 'rabbitmq-server', args: [], env: nodeOfItsOwn },
];

/** The broker that carries the domain events. */
export const rabbitmq: EngineDef = {
  kind: 'engine',
  name: 'rabbitmq',
  summary: 'RabbitMQ: domain events, retries and dead letters',
  port: 5672,
  dependsOn: [],
  readiness: { type: 'amqp-open' },
  env: {},
  embedded: {
    entry: 'engines/dist/amqp/main.js',
    args: ['--host', '{self.bind}', '--port', '{self.port}', '--data', '{self.dataDir}'],
  },
  native: servers,
  image: {
    name: 'rabbitmq:3.13-management-alpine',
    setting: 'QUICKBITE_IMAGE_RABBITMQ',
    dataDir: '/var/lib/rabbitmq',
  },
};
