export { connectMongo, mongoReadiness } from './connect-mongo.js';
