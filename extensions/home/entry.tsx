import { hubspot } from '@hubspot/ui-extensions';
import { createPageRouter, PageRoutes } from '@hubspot/ui-extensions/pages';
import { HomePage } from './HomePage.tsx';

const Pages = createPageRouter(
  <PageRoutes>
    <PageRoutes.IndexRoute component={HomePage} id="home" />
  </PageRoutes>,
);

hubspot.extend<'pages'>(() => <Pages />);
