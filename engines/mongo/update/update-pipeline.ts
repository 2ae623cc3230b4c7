import { runPipeline } from '../aggregation/mingo-pipeline.js';
import { CommandError } from '../commands/command-error.js';
import { isDoc, plainDoc, type Doc } from '../values/document.js';
import { keyString } from '../values/key-string.js';

const ALLOWED = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** Runs an update pipeline. What it leaves unchanged keeps its exact type. */
export function runUpdatePipeline(document: Doc, stages: readonly Doc[], variables: Doc): Doc {
  const plain = stages.map(plainDoc);
  for (const stage of plain) {
    const name = Object.keys(stage)[0] ?? '';
    if (!ALLOWED.has(name))
      throw new CommandError('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  const noCollections = () => [];
  const [result] = runPipeline([plainDoc(document)], plain, {
    collectionResolver: noCollections,
    variables: plainDoc(variables),
    collation: 'binary',
  });
  return graft(result ?? {}, document);
}

function graft(result: Doc, original: Doc): Doc {
  const grafted: Doc = {};
  for (const key in result) {
    const [value, before] = [result[key], original[key]];
    if (isDoc(value) && isDoc(before)) grafted[key] = graft(value, before);
    else grafted[key] = before !== undefined && keyString(value) === keyString(before) ? before : value;
  }
  return grafted;
}
