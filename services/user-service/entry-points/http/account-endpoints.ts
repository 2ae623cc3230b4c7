import { z } from 'zod';
import { endpoint, objectId } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { SERVICE_ROLE } from '@quickbite/shared/identity';
import type { Accounts } from '../../data-access/accounts.js';
import { platforms, toPublicAccount } from '../../domain/account.js';
import { changeProfile } from '../../domain/change-profile.js';
import { choosePreferences } from '../../domain/choose-preferences.js';
import { registerDevice, removeDevice } from '../../domain/devices.js';
import { readContact } from '../../domain/read-contact.js';
import { readOwnAccount } from '../../domain/read-own-account.js';
import { contact, device, publicAccount } from './answers.js';
import { personName, phone } from './person-fields.js';
import { preferences } from './preferences-schema.js';

const profileChange = z
  .strictObject({
    name: personName.exactOptional(),
    phone: phone.nullable().exactOptional().describe('Null takes it away.'),
  })
  .refine((change) => Object.keys(change).length > 0, 'expected name, phone or both');

/** What push providers issue: Firebase, Apple and others use no other characters. */
const deviceToken = z.string().regex(/^[\w:.-]{16,512}$/, 'expected 16 to 512 letters, digits or any of : . _ -');

/** What people see and change of their account, and what services need of it. */
export const accountEndpoints = (accounts: Accounts): readonly Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/users/me',
    summary: 'Read the own account',
    access: 'signed-in',
    answers: { 200: { description: 'The account', schema: publicAccount } },
    problems: ['not-found'],
    handle: async ({ identity }) => ({ status: 200, body: toPublicAccount(await readOwnAccount(identity, accounts)) }),
  }),
  endpoint({
    method: 'patch',
    path: '/api/users/me',
    summary: 'Change name or phone',
    access: 'signed-in',
    body: profileChange,
    answers: { 200: { description: 'The account as it is now', schema: publicAccount } },
    problems: ['not-found'],
    handle: async ({ identity, body }) => ({
      status: 200,
      body: toPublicAccount(await changeProfile(identity, body, accounts)),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/users/me/preferences',
    summary: 'Read how the account is notified',
    access: 'signed-in',
    answers: { 200: { description: 'The preferences, defaults where nothing was chosen', schema: preferences } },
    problems: ['not-found'],
    handle: async ({ identity }) => ({ status: 200, body: (await readOwnAccount(identity, accounts)).preferences }),
  }),
  endpoint({
    method: 'put',
    path: '/api/users/me/preferences',
    summary: 'Choose how the account is notified',
    access: 'signed-in',
    body: preferences,
    answers: { 200: { description: 'The preferences as they are now', schema: preferences } },
    problems: ['not-found'],
    handle: async ({ identity, body }) => ({ status: 200, body: await choosePreferences(identity, body, accounts) }),
  }),
  endpoint({
    method: 'put',
    path: '/api/users/me/devices',
    summary: 'Register a device for push messages',
    access: 'signed-in',
    body: z.strictObject({ token: deviceToken, platform: z.enum(platforms) }),
    answers: { 200: { description: 'The device, registered for this account alone', schema: device } },
    problems: ['not-found'],
    handle: async ({ identity, body }) => {
      const { id, platform } = await registerDevice(identity, body, accounts);
      return { status: 200, body: { id, platform } };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/users/me/devices/:id',
    summary: 'Stop push messages to a device',
    access: 'signed-in',
    params: z.strictObject({ id: objectId }),
    answers: { 204: { description: 'Removed' } },
    problems: ['not-found'],
    handle: async ({ identity, params }) => {
      await removeDevice(identity, params.id, accounts);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/users/:id/contact',
    summary: 'Look up how to reach somebody (services only)',
    access: [SERVICE_ROLE],
    params: z.strictObject({ id: objectId }),
    answers: { 200: { description: 'Where and how to notify', schema: contact } },
    problems: ['not-found'],
    handle: async ({ params }) => ({ status: 200, body: await readContact(params.id, accounts) }),
  }),
];
