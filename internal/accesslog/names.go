package accesslog

// names knows the keys of JSON logs, the columns of CSV ones, and the variables of nginx. One table is enough: the same
// name means the same thing to all who use it, and logs with names of the user's own mostly borrow from these.
var names = map[string]alias{
	// EdgeOne: offline, pushed, and through CLS.
	"RequestTime":            {when, 5, edgeOne},
	"LogTime":                {when, 1, edgeOne},
	"ClientIP":               {client, 4, anyone},
	"RequestHost":            {host, 4, anyone},
	"RequestUrl":             {target, 4, edgeOne},
	"RequestUrlQueryString":  {query, 4, edgeOne},
	"RequestMethod":          {method, 4, anyone},
	"RequestScheme":          {scheme, 4, anyone},
	"RemotePort":             {port, 1, edgeOne},
	"EdgeResponseStatusCode": {status, 4, edgeOne},
	"EdgeResponseBytes":      {sent, 4, anyone},
	"EdgeCacheStatus":        {cache, 4, edgeOne},
	"RequestUA":              {agent, 4, edgeOne},
	"RequestID":              {requestID, 4, edgeOne},
	"Sample":                 {sample, 4, edgeOne},
	"content":                {object, 1, anyone},

	// nginx, whose variables people name keys after.
	"remote_addr":            {client, 2, nginx},
	"http_x_forwarded_for":   {client, 1, nginx},
	"time_iso8601":           {when, 4, nginx},
	"time_local":             {when, 3, nginx},
	"msec":                   {when, 2, nginx},
	"request":                {request, 2, anyone},
	"request_uri":            {target, 3, nginx},
	"uri":                    {target, 1, anyone},
	"document_uri":           {path, 1, nginx},
	"args":                   {query, 1, nginx},
	"query_string":           {query, 1, nginx},
	"host":                   {host, 3, anyone},
	"http_host":              {host, 2, nginx},
	"server_name":            {host, 1, nginx},
	"vhost":                  {host, 1, nginx},
	"scheme":                 {scheme, 2, anyone},
	"http_x_forwarded_proto": {scheme, 3, nginx},
	"server_port":            {port, 1, nginx},
	"https":                  {tls, 1, nginx},
	"ssl_protocol":           {tls, 1, nginx},
	"request_method":         {method, 3, anyone},
	"status":                 {status, 3, anyone},
	"body_bytes_sent":        {sent, 3, nginx},
	"bytes_sent":             {sent, 2, nginx},
	"upstream_cache_status":  {cache, 3, nginx},
	"cache_status":           {cache, 2, anyone},
	"cache":                  {cache, 1, anyone},
	"http_user_agent":        {agent, 3, nginx},
	"request_id":             {requestID, 2, anyone},

	// Caddy.
	"ts":         {when, 3, anyone},
	"logger":     {logger, 1, caddy},
	"client_ip":  {client, 3, anyone},
	"remote_ip":  {client, 2, caddy},
	"method":     {method, 2, anyone},
	"tls":        {tls, 1, caddy},
	"headers":    {object, 1, anyone},
	"User-Agent": {agent, 3, anyone},
	"size":       {sent, 1, anyone},

	// Traefik.
	"StartUTC":              {when, 4, traefik},
	"time":                  {when, 1, anyone},
	"ClientHost":            {client, 4, traefik},
	"RequestAddr":           {host, 3, traefik},
	"RequestPath":           {target, 4, traefik},
	"DownstreamStatus":      {status, 4, traefik},
	"DownstreamContentSize": {sent, 4, traefik},
	"request_User-Agent":    {agent, 4, traefik},

	// Fastly.
	"timestamp":          {when, 3, anyone},
	"url":                {target, 2, anyone},
	"path":               {target, 1, anyone},
	"request_user_agent": {agent, 4, fastly},
	"response_state":     {cache, 4, fastly},
	"response_status":    {status, 4, fastly},
	"response_body_size": {sent, 4, fastly},
	"fastly_is_edge":     {ignored, 0, fastly},

	// Cloudflare Logpush.
	"EdgeStartTimestamp":     {when, 4, cloudflare},
	"EdgeEndTimestamp":       {when, 3, cloudflare},
	"ClientRequestHost":      {host, 4, cloudflare},
	"ClientRequestMethod":    {method, 4, cloudflare},
	"ClientRequestURI":       {target, 4, cloudflare},
	"ClientRequestPath":      {target, 3, cloudflare},
	"ClientRequestScheme":    {scheme, 4, cloudflare},
	"ClientRequestUserAgent": {agent, 4, cloudflare},
	"EdgeResponseStatus":     {status, 4, cloudflare},
	"CacheCacheStatus":       {cache, 4, cloudflare},
	"RayID":                  {requestID, 4, cloudflare},

	// What people write who write their own.
	"user_agent": {agent, 2, anyone},
	"useragent":  {agent, 1, anyone},
	"userAgent":  {agent, 1, anyone},
	"ip":         {client, 1, anyone},
	"bytes":      {sent, 1, anyone},
	"weight":     {weight, 1, anyone},
}

// columns are names that mean something in the header of a table of weights, beside those above. A JSON log may use
// them for other things.
var columns = map[string]alias{
	"loc":       {target, 1, anyone},
	"URL":       {target, 1, anyone},
	"requests":  {weight, 1, anyone},
	"count":     {weight, 1, anyone},
	"hits":      {weight, 1, anyone},
	"views":     {weight, 1, anyone},
	"pageviews": {weight, 1, anyone},
}

// w3c are the fields of the W3C extended format, and those that CloudFront adds.
var w3c = map[string]alias{
	"date":                {day, 1, anyone},
	"time":                {timeOfDay, 1, anyone},
	"c-ip":                {client, 1, anyone},
	"cs-method":           {method, 1, anyone},
	"cs-uri":              {target, 1, anyone},
	"cs-uri-stem":         {target, 2, anyone},
	"cs-uri-query":        {query, 2, anyone},
	"cs-host":             {host, 1, anyone},
	"cs(Host)":            {host, 2, anyone},
	"x-host-header":       {host, 3, anyone},
	"cs-protocol":         {scheme, 1, anyone},
	"s-port":              {port, 1, anyone},
	"sc-status":           {status, 1, anyone},
	"sc-bytes":            {sent, 1, anyone},
	"cs(User-Agent)":      {agent, 1, anyone},
	"x-cache":             {cache, 1, anyone},
	"x-edge-result-type":  {cache, 2, anyone},
	"x-edge-request-id":   {requestID, 1, anyone},
	"x-edge-location":     {ignored, 0, anyone},
	"x-cs(X-Request-Id)":  {requestID, 1, anyone},
	"cs-uri-scheme":       {scheme, 1, anyone},
	"cs(X-Forwarded-For)": {ignored, 0, anyone},
}
