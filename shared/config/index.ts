export { ConfigError, amqpUrl, baseConfig, loadConfig, mongoUrl, redisUrl, serviceUrl } from './load-config.js';
