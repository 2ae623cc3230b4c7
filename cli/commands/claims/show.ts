import { Args } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { BaseCommand } from '../../base-command.js';
import { findClaim } from '../../find-claim.js';
import { renderClaim } from '../../presentation/claim-page.js';
import { outputWidth } from '../../presentation/theme.js';
import { readLedger } from '../../read-ledger.js';
import type { LedgerEntry } from '../../read-ledger.js';

/** Explains a claim. */
export default class ClaimsShow extends BaseCommand {
  static override summary = 'A claim, how it is decided, what was measured here, and why it comes out so.';
  static override examples = ['<%= config.bin %> <%= command.id %> durable-queue-keeps-its-messages'];
  static override args = { claim: Args.string({ name: 'claim', required: true, description: 'Which one.' }) };

  async run(): Promise<LedgerEntry> {
    const { args } = await this.parse(ClaimsShow);
    const ledger = await readLedger(defaultContext());
    const claim = findClaim(
      args.claim,
      ledger.map((one) => one.claim),
    );
    const entry = { claim, latest: ledger.find((one) => one.claim === claim)?.latest ?? null };
    this.log(renderClaim(entry, { width: outputWidth(), theme: this.theme }));
    return entry;
  }
}
