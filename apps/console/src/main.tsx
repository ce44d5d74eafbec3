/**
 * The console of this installation: its capabilities, mounted.
 * @module
 */
import { mountConsole } from '@hedun/ui';
import { capabilities } from './capabilities.ts';

const place = document.getElementById('root');
if (!place) throw new Error('console: expected an element #root, got none');
mountConsole(place, capabilities);
