import type { RecordType } from './record.ts';

/** A record that may have changed and is to be read again. A hint says nothing about how it changed. */
export type Hint = { readonly type: RecordType; readonly recordId: string };
