// Healthy when /health/ready of the service in this container answers 200 within two seconds.
'use strict';
const http = require('node:http');

const request = http.get(
  { host: '127.0.0.1', port: process.env.PORT, path: '/health/ready', timeout: 2_000 },
  (answer) => {
    process.exitCode = answer.statusCode === 200 ? 0 : 1;
    answer.resume();
  },
);
request.on('timeout', () => request.destroy(new Error('no answer within 2 s')));
request.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
