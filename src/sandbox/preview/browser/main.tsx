import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';

const place = document.getElementById('preview');
if (place === null) throw new Error('The page has no #preview element.');
createRoot(place).render(<App />);
