#include "stripe/finder/loan_words.hpp"

#include <unordered_map>

#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

// A word, '=', and what it means, with ';' behind. Without accents; nothing that is an English word
// of its own. What is in two languages stands in the first.
constexpr std::string_view loans =
    // German
    "rechnung=invoice;rechnungen=invoices;rechnungsnummer=invoice number;"
    "rechnungsentwurf=draft invoice;ausgangsrechnung=invoice;mahnung=send invoice reminder;"
    "mahnen=send invoice reminder;mahnungen=overdue invoices;gutschrift=credit note;"
    "gutschriften=credit notes;storno=cancel;stornieren=cancel;storniert=canceled;"
    "stornorechnung=credit note;erstattung=refund;erstattungen=refunds;"
    "erstatten=create refund;ruckerstattung=refund;rueckerstattung=refund;"
    "ruckerstattungen=refunds;zuruckzahlen=create refund;zurueckzahlen=create refund;"
    "ruckzahlung=refund;ruckbuchung=dispute;ruckbuchungen=disputes;rucklastschrift=dispute;"
    "kunde=customer;kunden=customers;kundin=customer;kundenliste=list customers;"
    "kundenkonto=customer;bestandskunden=customers;abonnent=subscription;"
    "abonnenten=subscriptions;abos=subscriptions;kundigen=cancel;kuendigen=cancel;"
    "kundigung=cancel subscription;kuendigung=cancel subscription;gekundigt=canceled;"
    "verlangern=extend;pausieren=pause;fortsetzen=resume;lastschrift=direct debit;"
    "lastschriften=direct debits;einzugsermachtigung=direct debit mandate;"
    "bankeinzug=direct debit;uberweisung=bank transfer;ueberweisung=bank transfer;"
    "uberweisen=bank transfer;auszahlung=payout;auszahlungen=payouts;auszahlen=create payout;"
    "zahlung=payment;zahlungen=payments;zahlungseingang=payment received;"
    "zahlungslink=payment link;zahlungsart=payment method;zahlungsarten=payment methods;"
    "zahlungsmittel=payment method;zahlungsverzug=overdue;bezahlt=paid;bezahlen=pay;"
    "unbezahlt=unpaid;unbezahlte=unpaid;fallig=due;faellig=due;uberfallig=overdue;"
    "uberfallige=overdue;ueberfaellige=overdue;offen=open;offene=open;offenen=open;"
    "aussenstande=unpaid invoices;forderung=unpaid invoice;forderungen=unpaid invoices;"
    "rabatt=discount;rabatte=discounts;rabattcode=promotion code;rabattcodes=promotion codes;"
    "nachlass=discount;gutschein=coupon;gutscheine=coupons;gutscheincode=promotion code;"
    "gutscheincodes=promotion codes;kontostand=balance;guthaben=balance;saldo=balance;"
    "kontoauszug=account statement;buchungen=balance transactions;gebuhr=fee;gebuhren=fees;"
    "gebuehren=fees;provision=commission;preise=prices;preisliste=list prices;"
    "preiserhohung=price increase;preiserhoehung=price increase;produkt=product;"
    "produkte=products;artikel=product;bestellung=order;bestellungen=orders;warenkorb=cart;"
    "warenkorbe=carts;kreditkarte=card;kreditkarten=cards;karte=card;karten=cards;"
    "kartenzahlung=card payment;angebot=quote;angebote=quotes;kostenvoranschlag=quote;"
    "steuer=tax;steuern=tax;mehrwertsteuer=vat;umsatzsteuer=vat;mwst=vat;ust=vat;"
    "steuersatz=tax rate;steuersatze=tax rates;steuernummer=tax number;ustid=vat number;"
    "versand=shipping;versandkosten=shipping cost;lieferung=delivery;adresse=address;"
    "anschrift=address;haendler=seller;verkaufer=seller;mitarbeiter=employee;"
    "firmenkarte=company card;firmenkarten=company cards;kasse=checkout;"
    "kartenleser=card reader;filiale=store;betrug=fraud;verdachtig=suspicious;"
    "verdachtige=suspicious;sperren=block;gesperrt=blocked;entsperren=unblock;"
    "freigeben=approve;freischalten=activate;testphase=trial;probezeit=trial;"
    "probemonat=trial;anlegen=create;erstellen=create;schreiben=write;andern=update;"
    "aendern=update;bearbeiten=update;loschen=delete;loeschen=delete;anzeigen=show;"
    "zeigen=show;zeige=show;suchen=search;finden=find;senden=send;schicken=send;"
    "verschicken=send;abschicken=send;hinzufugen=add;hinzufuegen=add;neuer=new;neuen=new;"
    "neues=new;neue=new;heute=today;gestern=yesterday;monat=month;jahr=year;woche=week;"
    "letzte=last;letzten=last;gescheitert=failed;gescheiterte=failed;fehlgeschlagen=failed;"
    "fehlgeschlagene=failed;abgelehnt=declined;abgelehnte=declined;beleg=receipt;"
    "quittung=receipt;nachweis=evidence;buchhaltung=bookkeeping;steuerberater=accountant;"
    "bericht=report;spende=donation;spenden=donations;welche=which;meine=;unsere=;fur=;fuer=;"
    "und=;von=;mit=;der=;das=;dem=;den=;eine=;einen=;einer=;zum=;zur=;bitte=;"
    // French
    "facture=invoice;factures=invoices;facturer=create invoice;facturation=billing;"
    "impaye=unpaid;impayee=unpaid;impayees=unpaid;impayes=unpaid invoices;echue=overdue;"
    "echues=overdue;relance=send invoice reminder;relancer=send invoice reminder;"
    "avoir=credit note;avoirs=credit notes;remboursement=refund;remboursements=refunds;"
    "rembourser=create refund;rembourse=refunded;rembourses=refunded;clientes=customers;"
    "cliente=customer;abonnement=subscription;abonnements=subscriptions;abonne=subscription;"
    "abonnes=subscriptions;resilier=cancel;resiliation=cancel subscription;annuler=cancel;"
    "annulation=cancel;virement=bank transfer;virements=payouts;versement=payout;"
    "versements=payouts;prelevement=direct debit;prelevements=direct debits;mandat=mandate;"
    "paiement=payment;paiements=payments;payer=pay;paye=paid;payee=paid;echoue=failed;"
    "echoues=failed;echec=failed;litige=dispute;litiges=disputes;contestation=dispute;"
    "contestations=disputes;solde=balance;frais=fees;remise=discount;remises=discounts;"
    "rabais=discount;bon=coupon;prix=price;tarif=price;tarifs=prices;produit=product;"
    "produits=products;commande=order;commandes=orders;panier=cart;paniers=carts;carte=card;"
    "cartes=cards;devis=quote;tva=vat;taxe=tax;livraison=delivery;vendeur=seller;"
    "vendeurs=sellers;fraude=fraud;essai=trial;creer=create;modifier=update;supprimer=delete;"
    "chercher=search;trouver=find;lister=list;afficher=show;envoyer=send;ajouter=add;"
    "bloquer=block;nouveau=new;nouvelle=new;nouveaux=new;ouverts=open;ouvertes=open;"
    "ouvert=open;derniers=last;dernier=last;mois=month;semaine=week;aujourd=today;"
    "hier=yesterday;lien=link;recu=receipt;recus=receipts;compte=account;"
    "justificatif=evidence;justificatifs=evidence;les=;pour=;avec=;une=;mes=;nos=;notre=;"
    "sur=;"
    // Spanish
    "factura=invoice;facturas=invoices;facturar=create invoice;pendiente=unpaid;"
    "pendientes=unpaid;vencida=overdue;vencidas=overdue;impagada=unpaid;impagadas=unpaid;"
    "reembolso=refund;reembolsos=refunds;reembolsar=create refund;devolver=create refund;"
    "devolucion=refund;devoluciones=refunds;suscripcion=subscription;"
    "suscripciones=subscriptions;suscriptores=subscriptions;cancelar=cancel;anular=void;"
    "pausar=pause;reanudar=resume;pago=payment;pagos=payments;pagar=pay;pagado=paid;"
    "cobro=payment;cobros=payments;cobrar=create payment;rechazado=declined;"
    "rechazados=declined;fallido=failed;fallidos=failed;disputa=dispute;disputas=disputes;"
    "contracargo=dispute;contracargos=disputes;transferencia=bank transfer;"
    "transferencias=payouts;retiro=payout;retiros=payouts;disponible=available;comision=fee;"
    "comisiones=fees;descuento=discount;descuentos=discounts;cupon=coupon;cupones=coupons;"
    "codigo=code;codigos=codes;precio=price;precios=prices;producto=product;"
    "productos=products;pedido=order;pedidos=orders;carrito=cart;carritos=carts;tarjeta=card;"
    "tarjetas=cards;presupuesto=quote;presupuestos=quotes;impuesto=tax;impuestos=tax;iva=vat;"
    "envio=shipping;vendedor=seller;vendedores=sellers;prueba=trial;crear=create;crea=create;"
    "cambiar=update;actualizar=update;borrar=delete;eliminar=delete;buscar=search;"
    "mostrar=show;enviar=send;anadir=add;bloquear=block;nuevo=new;nueva=new;nuevos=new;"
    "abiertas=open;abiertos=open;ultimo=last;ultimos=last;hoy=today;ayer=yesterday;"
    "semana=week;enlace=link;recibo=receipt;cuenta=account;correo=email;direccion=address;"
    "lista=list;ver=show;todas=all;los=;las=;por=;para=;con=;"
    // Dutch
    "factuur=invoice;facturen=invoices;factureren=create invoice;kortingscode=promotion "
    "code;openstaande=unpaid;"
    "openstaand=unpaid;onbetaald=unpaid;onbetaalde=unpaid;achterstallig=overdue;"
    "achterstallige=overdue;aanmaning=send invoice reminder;"
    "herinnering=send invoice reminder;creditnota=credit note;terugbetaling=refund;"
    "terugbetalingen=refunds;terugbetalen=create refund;terugstorten=create refund;"
    "klant=customer;klanten=customers;abonnementen=subscriptions;abonnees=subscriptions;"
    "opzeggen=cancel;opgezegd=canceled;annuleren=cancel;pauzeren=pause;hervatten=resume;"
    "betaling=payment;betalingen=payments;betalen=pay;betaald=paid;betaallink=payment link;"
    "betaalmethode=payment method;betaalmethoden=payment methods;mislukt=failed;"
    "mislukte=failed;geweigerd=declined;geschil=dispute;geschillen=disputes;"
    "overboeking=bank transfer;uitbetaling=payout;uitbetalingen=payouts;"
    "uitbetalen=create payout;incasso=direct debit;machtiging=mandate;tegoed=balance;"
    "kosten=fees;korting=discount;kortingen=discounts;kortingscode=promotion code;"
    "kortingscodes=promotion codes;prijs=price;prijzen=prices;producten=products;"
    "bestelling=order;bestellingen=orders;winkelwagen=cart;kaart=card;kaarten=cards;"
    "offerte=quote;offertes=quotes;belasting=tax;verzending=shipping;"
    "verzendkosten=shipping cost;verkoper=seller;verkopers=sellers;proefperiode=trial;"
    "maken=create;aanmaken=create;maak=create;wijzigen=update;verwijderen=delete;"
    "zoeken=search;tonen=show;toon=show;sturen=send;stuur=send;toevoegen=add;blokkeren=block;"
    "nieuwe=new;nieuw=new;vandaag=today;gisteren=yesterday;maand=month;een=;het=;voor=;onze=;"
    "mijn=;"
    // Portuguese
    "fatura=invoice;faturas=invoices;faturar=create invoice;devolucao=refund;"
    "devolucoes=refunds;estorno=refund;estornos=refunds;estornar=create refund;"
    "assinatura=subscription;assinaturas=subscriptions;assinantes=subscriptions;"
    "ativas=active;ativos=active;ativa=active;activas=active;activos=active;"
    "pagamento=payment;pagamentos=payments;pagamenti=payments;recusado=declined;"
    "recusados=declined;falhou=failed;falhados=failed;contestacao=dispute;"
    "contestacoes=disputes;repasse=payout;repasses=payouts;saque=payout;saques=payouts;"
    "disponivel=available;taxas=fees;tarifas=fees;desconto=discount;descontos=discounts;"
    "cupom=coupon;cupons=coupons;preco=price;precos=prices;produto=product;produtos=products;"
    "carrinho=cart;cartao=card;cartoes=cards;orcamento=quote;imposto=tax;impostos=tax;"
    "frete=shipping;criar=create;alterar=update;atualizar=update;apagar=delete;"
    "excluir=delete;novo=new;nova=new;hoje=today;ontem=yesterday;conta=account;"
    "endereco=address;"
    // Italian
    "fattura=invoice;fatture=invoices;rimborso=refund;rimborsi=refunds;"
    "rimborsare=create refund;clienti=customers;abbonamento=subscription;"
    "abbonamenti=subscriptions;disdire=cancel;annullare=cancel;pagare=pay;"
    "bonifico=bank transfer;bonifici=payouts;sconto=discount;sconti=discounts;prezzo=price;"
    "prezzi=prices;prodotto=product;prodotti=products;ordine=order;carrello=cart;"
    "preventivo=quote;scaduta=overdue;scadute=overdue;insolute=unpaid;contestazione=dispute;"
    "nuovo=new;creare=create;"
    // Scandinavian, Polish
    "faktura=invoice;fakturor=invoices;faktury=invoices;fakturaer=invoices;kund=customer;"
    "kunder=customers;klient=customer;klienci=customers;aterbetalning=refund;zwrot=refund;"
    "zwroty=refunds;betalning=payment;platnosc=payment;rabat=discount;"
    // shorthand
    "inv=invoice;invs=invoices;subs=subscriptions;cust=customer;custs=customers;"
    "txn=transaction;txns=transactions;trx=transaction;pmt=payment;pmts=payments;"
    "pymt=payment;pymts=payments;acct=account;accts=accounts;qty=quantity;addr=address;"
    "amt=amount;tel=phone;mo=month;yr=year;wk=week;msg=message;cc=card;vcc=virtual card;pls=;"
    "plz=;plse=;teh=the;hte=the;adn=and;thier=their;recieve=receive;recieved=received;"
    "wich=which;wat=what;tmrw=tomorrow;b4=before;ppl=people;thx=;gonna=;wanna=;gimme=give;"
    "lemme=let;dont=not;doesnt=not;didnt=not;hasnt=not;havent=not;cant=not;wont=not;isnt=not;"
    "cahs=cash;cehck=check;lsit=list;lits=list;shwo=show;sned=send;fidn=find;mkae=make;"
    "creat=create;udpate=update;updaet=update;canel=cancel;cancle=cancel;delte=delete;"
    "dispuet=dispute;refnd=refund;refudn=refund;paymnet=payment;coupn=coupon;chagre=charge;"
    "payot=payout;anser=answer;adress=address;sub=subscription;";

std::unordered_map<std::string_view, std::string_view> by_word() {
    std::unordered_map<std::string_view, std::string_view> out;
    each_part(loans, ';', [&](std::string_view loan) {
        const auto sign = loan.find('=');
        out.emplace(loan.substr(0, sign), loan.substr(sign + 1));
    });
    return out;
}

}  // namespace

std::optional<std::string_view> meant_by(std::string_view word) {
    static const auto known = by_word();
    const auto found = known.find(word);
    if (found == known.end()) return std::nullopt;
    return found->second;
}

}  // namespace tollgate::stripe
