"""All outgoing HTTP. Sources (`syncers.http`) and webhooks (`curation.notifications.webhook`) are requested through
`registry.http.client`; nothing else opens connections.
"""
