import { eventIterator } from '@orpc/contract';
import { settings as model, settingsChange } from '../models/settings.ts';
import { procedure } from './procedure.ts';

/** The person's settings. */
export const settings = {
  watch: procedure.output(eventIterator(model)),
  update: procedure.input(settingsChange).output(model),
};
