import { z } from 'zod';
import { endpoint, geoPoint, objectId } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { Accounts } from '../../data-access/accounts.js';
import { MAX_ADDRESSES } from '../../domain/account.js';
import { addAddress, removeAddress } from '../../domain/addresses.js';
import { readOwnAccount } from '../../domain/read-own-account.js';
import { address, addressList } from './answers.js';

const newAddress = z.strictObject({
  label: z.string().trim().min(1).max(50).describe('What its owner calls it: Home.'),
  text: z.string().trim().min(1).max(300).exactOptional().describe('As one writes it on a letter.'),
  location: geoPoint,
});

/** The own addresses. */
export const addressEndpoints = (accounts: Accounts): readonly Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/users/me/addresses',
    summary: 'List the own addresses',
    access: 'signed-in',
    answers: { 200: { description: 'All of them, in the order in which they were added', schema: addressList } },
    problems: ['not-found'],
    handle: async ({ identity }) => {
      const { addresses } = await readOwnAccount(identity, accounts);
      return { status: 200, body: { items: addresses, page: 1, limit: MAX_ADDRESSES, total: addresses.length } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/users/me/addresses',
    summary: 'Add an address',
    access: 'signed-in',
    body: newAddress,
    answers: { 201: { description: 'The address', schema: address } },
    problems: ['not-found', 'conflict'],
    handle: async ({ identity, body }) => ({ status: 201, body: await addAddress(identity, body, accounts) }),
  }),
  endpoint({
    method: 'delete',
    path: '/api/users/me/addresses/:id',
    summary: 'Delete an address',
    access: 'signed-in',
    params: z.strictObject({ id: objectId }),
    answers: { 204: { description: 'Deleted' } },
    problems: ['not-found'],
    handle: async ({ identity, params }) => {
      await removeAddress(identity, params.id, accounts);
      return { status: 204 };
    },
  }),
];
