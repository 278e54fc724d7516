#ifndef NW_MARKUP_TAGS_H
#define NW_MARKUP_TAGS_H

/* What names.h makes enum nw_tag_id of: identifier and name, in byte order of the names. */

/* clang-format off */
#define NW_TAG_LIST(X) \
	X(A, "a") X(ABBR, "abbr") X(ABSTRACT, "abstract") X(ACCESS, "access") \
	X(ACRONYM, "acronym") X(ADDRESS, "address") X(ALT, "alt") X(AMP_AD, "amp-ad") \
	X(AMP_IFRAME, "amp-iframe") X(AMP_IMG, "amp-img") X(AMP_VIDEO, "amp-video") \
	X(APPLET, "applet") X(AREA, "area") X(ARTICLE, "article") X(ASIDE, "aside") \
	X(AUDIO, "audio") X(AUTHOR, "author") X(AVAILABLE, "available") X(B, "b") X(BAG, "bag") \
	X(BASE, "base") X(BASEFONT, "basefont") X(BDI, "bdi") X(BDO, "bdo") X(BGSOUND, "bgsound") \
	X(BIG, "big") X(BLINK, "blink") X(BLOCK, "block") X(BLOCKQUOTE, "blockquote") \
	X(BODY, "body") X(BR, "br") X(BUTTON, "button") X(CANVAS, "canvas") X(CAPTION, "caption") \
	X(CATEGORY, "category") X(CENTER, "center") X(CHANGEFREQ, "changefreq") \
	X(CHANNEL, "channel") X(CHAPTER, "chapter") X(CHAPTERS, "chapters") X(CITE, "cite") \
	X(CLOUD, "cloud") X(CODE, "code") X(COL, "col") X(COLGROUP, "colgroup") \
	X(COMMENT, "comment") X(COMMENTRSS, "commentrss") X(COMMENTS, "comments") \
	X(COMPLETE, "complete") X(CONTENT, "content") X(CONTRIBUTOR, "contributor") \
	X(COPYRIGHT, "copyright") X(COVERAGE, "coverage") X(CREATED, "created") \
	X(CREATOR, "creator") X(CREDIT, "credit") X(DATA, "data") X(DATALIST, "datalist") \
	X(DATE, "date") X(DATEACCEPTED, "dateaccepted") X(DATECOPYRIGHTED, "datecopyrighted") \
	X(DATESUBMITTED, "datesubmitted") X(DAY, "day") X(DD, "dd") X(DEL, "del") \
	X(DELETED_ENTRY, "deleted-entry") X(DEPARTMENT, "department") X(DESCRIPTION, "description") X(DETAILS, "details") \
	X(DFN, "dfn") X(DIALOG, "dialog") X(DIR, "dir") X(DIV, "div") X(DL, "dl") X(DOCS, "docs") \
	X(DT, "dt") X(DURATION, "duration") X(EM, "em") X(EMAIL, "email") X(EMBED, "embed") \
	X(ENCLOSURE, "enclosure") X(ENCODED, "encoded") X(ENTRY, "entry") X(EPISODE, "episode") \
	X(ERRORREPORTSTO, "errorreportsto") X(EXPIRATIONDATE, "expirationdate") \
	X(EXPLICIT, "explicit") X(FEED, "feed") X(FIELDSET, "fieldset") \
	X(FIGCAPTION, "figcaption") X(FIGURE, "figure") X(FONT, "font") X(FOOTER, "footer") \
	X(FORM, "form") X(FORMAT, "format") X(FRAME, "frame") X(FRAMESET, "frameset") \
	X(GENERATOR, "generator") X(GENERATORAGENT, "generatoragent") X(GENRES, "genres") \
	X(GROUP, "group") X(GUID, "guid") X(H1, "h1") X(H2, "h2") X(H3, "h3") X(H4, "h4") \
	X(H5, "h5") X(H6, "h6") X(HASH, "hash") X(HEAD, "head") X(HEADER, "header") \
	X(HEIGHT, "height") X(HGROUP, "hgroup") X(HOMEPAGE, "homepage") X(HOUR, "hour") \
	X(HR, "hr") X(HTML, "html") X(I, "i") X(ICON, "icon") X(ID, "id") \
	X(IDENTIFIER, "identifier") X(IFRAME, "iframe") X(IMAGE, "image") X(IMG, "img") \
	X(IN_REPLY_TO, "in-reply-to") X(INFO, "info") X(INPUT, "input") X(INS, "ins") \
	X(INTERVALTIME, "intervaltime") X(ISINDEX, "isindex") X(ISPARTOF, "ispartof") \
	X(ISSUED, "issued") X(ITEM, "item") X(ITEMS, "items") X(ITEMSPERPAGE, "itemsperpage") \
	X(KBD, "kbd") X(KEYGEN, "keygen") X(KEYWORDS, "keywords") X(LABEL, "label") \
	X(LANGUAGE, "language") X(LASTBUILDDATE, "lastbuilddate") X(LASTMOD, "lastmod") \
	X(LAT, "lat") X(LEGEND, "legend") X(LI, "li") X(LICENSE, "license") X(LINE, "line") \
	X(LINK, "link") X(LISTING, "listing") X(LOC, "loc") X(LOGO, "logo") X(LONG, "long") \
	X(MAIN, "main") X(MANAGINGEDITOR, "managingeditor") X(MAP, "map") X(MARK, "mark") \
	X(MARQUEE, "marquee") X(MATH, "math") X(MENU, "menu") X(MENUITEM, "menuitem") \
	X(META, "meta") X(METER, "meter") X(MODIFIED, "modified") X(NAME, "name") X(NAV, "nav") \
	X(NEW_FEED_URL, "new-feed-url") X(NEWS, "news") X(NOBR, "nobr") X(NOEMBED, "noembed") \
	X(NOFRAMES, "noframes") X(NOSCRIPT, "noscript") X(OBJECT, "object") X(OL, "ol") \
	X(OPML, "opml") X(OPTGROUP, "optgroup") X(OPTION, "option") X(ORDER, "order") \
	X(ORIGLINK, "origlink") X(OUTLINE, "outline") X(OUTPUT, "output") X(OWNER, "owner") \
	X(P, "p") X(PARAM, "param") X(PICTURE, "picture") X(PINGBACK, "pingback") \
	X(PLAINTEXT, "plaintext") X(PLAYER, "player") X(POINT, "point") X(POLYGON, "polygon") \
	X(POS, "pos") X(POSLIST, "poslist") X(PRE, "pre") X(PRIORITY, "priority") \
	X(PROGRESS, "progress") X(PUBDATE, "pubdate") X(PUBLICATION, "publication") \
	X(PUBLICATION_DATE, "publication_date") X(PUBLISHED, "published") \
	X(PUBLISHER, "publisher") X(Q, "q") X(RATING, "rating") X(RB, "rb") X(RDF, "rdf") \
	X(REFERENCES, "references") X(RELATION, "relation") X(RESTRICTION, "restriction") \
	X(RIGHTS, "rights") X(RP, "rp") X(RSS, "rss") X(RT, "rt") X(RTC, "rtc") X(RUBY, "ruby") \
	X(S, "s") X(SAMP, "samp") X(SCHEDULE, "schedule") X(SCRIPT, "script") X(SEARCH, "search") \
	X(SEASON, "season") X(SECTION, "section") X(SELECT, "select") X(SEQ, "seq") \
	X(SERVER, "server") X(SITEMAP, "sitemap") X(SITEMAPINDEX, "sitemapindex") \
	X(SKIPDAYS, "skipdays") X(SKIPHOURS, "skiphours") X(SLOT, "slot") X(SMALL, "small") \
	X(SOURCE, "source") X(SPAN, "span") X(STARTINDEX, "startindex") \
	X(STOCK_TICKERS, "stock_tickers") X(STRIKE, "strike") X(STRONG, "strong") \
	X(STYLE, "style") X(SUB, "sub") X(SUBJECT, "subject") X(SUBTITLE, "subtitle") \
	X(SUMMARY, "summary") X(SUP, "sup") X(SVG, "svg") X(TABLE, "table") X(TAGLINE, "tagline") \
	X(TARGET, "target") X(TBODY, "tbody") X(TD, "td") X(TEMPLATE, "template") X(TEXT, "text") \
	X(TEXTAREA, "textarea") X(TEXTINPUT, "textinput") X(TFOOT, "tfoot") X(TH, "th") \
	X(THEAD, "thead") X(THUMBNAIL, "thumbnail") X(TIME, "time") X(TITLE, "title") \
	X(TOTAL, "total") X(TOTALRESULTS, "totalresults") X(TR, "tr") X(TRACK, "track") \
	X(TRACKBACK, "trackback") X(TRANSCRIPT, "transcript") X(TT, "tt") X(TTL, "ttl") \
	X(TYPE, "type") X(U, "u") X(UL, "ul") X(UPDATEBASE, "updatebase") X(UPDATED, "updated") \
	X(UPDATEFREQUENCY, "updatefrequency") X(UPDATEPERIOD, "updateperiod") X(URI, "uri") \
	X(URL, "url") X(URLSET, "urlset") X(VALID, "valid") X(VALUE, "value") X(VAR, "var") \
	X(VIDEO, "video") X(WBR, "wbr") X(WEBMASTER, "webmaster") X(WHERE, "where") \
	X(WIDTH, "width") X(XMP, "xmp")
/* clang-format on */

#endif
