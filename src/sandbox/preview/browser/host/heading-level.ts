import { createContext } from 'react';

/** How deep an extension's own headings stand: under the page's title, or under the title of a card on it. */
export const HeadingLevel = createContext<2 | 3>(3);
