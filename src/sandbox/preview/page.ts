/** The one HTML page; everything in it is drawn by browser/main.tsx. */
export function pageHtml(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview, not HubSpot's rendering</title>
<link rel="stylesheet" href="/assets/preview.css">
</head>
<body>
<div id="preview"></div>
<noscript>The preview needs JavaScript.</noscript>
<script src="/assets/main.js"></script>
</body>
</html>
`;
}
